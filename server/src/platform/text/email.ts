const maxLength = 254;
const forbidden = /[\s\p{Cc}\p{Cf}\p{Cs}]/u;
const label = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}_-]*[\p{L}\p{N}\p{M}])?$/u;

/**
 * Whether a text is an e-mail address by the contract: one `@`, no spaces, no dot at an end of the local part or twice in
 * a row, a domain with at least one dot or `localhost` (reference: customers.md, "Object").
 */
export function isEmail(text: string): boolean {
  if (text.length > maxLength || forbidden.test(text) || !text.isWellFormed()) return false;
  const at = text.indexOf('@');
  if (at < 1 || text.indexOf('@', at + 1) !== -1) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  if (domain.toLowerCase() === 'localhost') return true;
  const labels = domain.split('.');
  return labels.length > 1 && labels.every(part => label.test(part));
}
