/** What was typed for an input that is not there yet. */
export interface TypedAhead {
  /** The text so far; from now on keys go where the focus is. */
  take(): string;
}

/** Keeps what is typed from now on from whatever has the focus, for an input that is still to come. */
export function typeAhead(): TypedAhead {
  let text = '';
  const keep = (event: KeyboardEvent) => {
    // AltGr, by which some keyboards write @, is told as both Ctrl and Alt.
    if (event.metaKey || event.ctrlKey !== event.altKey || event.key === 'Escape') return;
    if (event.key.length === 1) text += event.key;
    else if (event.key === 'Backspace') text = text.slice(0, -1);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener('keydown', keep, { capture: true });
  return {
    take: () => {
      window.removeEventListener('keydown', keep, { capture: true });
      const taken = text;
      text = '';
      return taken;
    },
  };
}
