const withPort = /^(?:\[([^[\]]+)\](?::\d{1,5})?|(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})$/;

/**
 * Takes the ports from the addresses in an X-Forwarded-For, as Azure and IIS add them: with its port every connection would
 * count as an address of its own.
 */
export function withoutPorts(forwarded: string): string {
  return forwarded
    .split(',')
    .map(part => part.trim().replace(withPort, '$1$2'))
    .join(', ');
}
