// The forms of the page that have unsaved changes, for what would leave them without the router.

let forms = 0;

/** Notes a form with unsaved changes; answers how to forget it. */
export function noteUnsaved(isUnsaved: boolean): (() => void) | undefined {
  if (!isUnsaved) return undefined;
  forms += 1;
  return () => {
    forms -= 1;
  };
}

/** Whether something of the page would be lost. */
export const hasUnsaved = (): boolean => forms > 0;
