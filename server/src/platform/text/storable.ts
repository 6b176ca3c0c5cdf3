/** Whether PostgreSQL can store a text unchanged: no NUL, no unpaired surrogate (which UTF-8 cannot carry). */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
