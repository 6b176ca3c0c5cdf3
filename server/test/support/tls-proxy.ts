import { type IncomingHttpHeaders, request, STATUS_CODES } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

/** A request as the proxy passed it on. */
export interface PassedRequest {
  readonly method: string;
  /** As sent: nothing decoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A TLS proxy in front of one HTTP server, as an operator would run one. */
export interface TlsProxy {
  /** `localhost:port`, as the SDK's option `host` wants it. */
  readonly host: string;
  /** Every request so far. */
  readonly requests: readonly PassedRequest[];
  close(): Promise<void>;
}

const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
});

/** The proxies' self-signed certificate, for processes that the tests start. */
export const proxyCertificate: string = certificate.cert;

// Trusted in this test process only: SDKs below 6.1 speak nothing but https, and no SDK has an option for it.
setDefaultCACertificates([...getCACertificates('default'), proxyCertificate]);

/** Starts a proxy of its own, so that what it writes down comes from one client. */
export async function startTlsProxy(targetPort: number): Promise<TlsProxy> {
  const requests: PassedRequest[] = [];
  const server = createServer({ key: certificate.private, cert: certificate.cert }, (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    requests.push({ method, url, headers });
    const passed = request({ host: '127.0.0.1', port: targetPort, method, path: url, headers }, answer => {
      const { connection: _, 'keep-alive': __, ...ofAnswer } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, ofAnswer);
      answer.pipe(outgoing);
    });
    passed.on('error', () => {
      if (outgoing.headersSent) return outgoing.destroy();
      outgoing.writeHead(502, { 'content-type': 'application/json; charset=utf-8' });
      outgoing.end(JSON.stringify({ errors: [{ status: 502, title: STATUS_CODES[502], detail: 'No answer' }] }));
    });
    incoming.pipe(passed);
    outgoing.on('close', () => {
      if (passed.writableFinished) return;
      // Answered, or given up, before the body was sent to its end: nobody needs the rest.
      passed.destroy();
      incoming.unpipe().resume();
    });
  });
  // Longer than any test: a connection must not be closed under a request that is just being sent.
  server.keepAliveTimeout = 300_000;
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
