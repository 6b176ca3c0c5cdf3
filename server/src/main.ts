import './platform/crypto/threads.ts';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { ConfigError, parseConfig } from './config.ts';
import { describeFailure } from './failure.ts';
import { createLog, type RunningServer, startServer } from './start.ts';
import { stopOnSignals } from './stop-request.ts';

/** Serves until `signal` asks to stop. Reads the environment; the one place that ends the process. */
export async function serve({ build = false, signal = stopOnSignals() } = {}): Promise<void> {
  const failed = new AbortController();
  let dashboard: Promise<void> | undefined;
  try {
    const config = parseConfig(process.env);
    const log = createLog(config.LOG_LEVEL);
    if (build) dashboard = buildDashboard(AbortSignal.any([signal, failed.signal]));
    const server = await startServer(config, log, { dashboard, signal }).catch(error => {
      // A start that is asked to end fails somewhere, which is no fault.
      if (!signal.aborted) throw error;
    });
    if (server !== undefined) announce(server);
    // Under node --watch sources run, and change.
    if (build && !signal.aborted && !process.env.WATCH_REPORT_DEPENDENCIES) bundleServer(log, signal);
    if (!signal.aborted) await once(signal, 'abort');
    log.info(`stopping after ${signal.reason}`);
    await server?.stop();
    log.flush(() => process.exit(0));
  } catch (error) {
    process.stderr.write(`clientele: ${describeFailure(error)}\n`);
    failed.abort();
    await dashboard;
    process.exit(error instanceof ConfigError ? error.exitCode : 1);
  }
}

/** Builds the dashboard while the database starts. Without it the API serves all the same. */
async function buildDashboard(signal: AbortSignal): Promise<void> {
  try {
    const { buildStaleDashboard } = await import('./dashboard-build.ts');
    await buildStaleDashboard(text => process.stdout.write(text), signal);
  } catch (error) {
    if (!signal.aborted) process.stderr.write(`clientele: ${describeFailure(error)}\n`);
  }
}

/** Bundles the server for the next start. Without a bundle it starts from its sources, only slower. */
async function bundleServer(log: Logger, signal: AbortSignal): Promise<void> {
  try {
    const { buildServer, isServerStale } = await import('./server-build.ts');
    if (isServerStale()) await buildServer(signal);
  } catch (error) {
    if (!signal.aborted) log.warn(describeFailure(error));
  }
}

function announce({ url, firstStore, ownerLink }: RunningServer): void {
  const lines = [`Clientele listens on ${url} (dashboard: ${url}/, API reference: ${url}/docs)`];
  if (firstStore !== undefined) {
    const { clientId, clientSecret, store } = firstStore;
    lines.push(
      '',
      `This is the first start: store "${store.name}" (${store.id}) has been made. Its key, shown only now:`,
      '',
      `  client_id      ${clientId}`,
      `  client_secret  ${clientSecret}`,
      '',
      'A first call, to copy and paste:',
      '',
      `  curl -s ${url}/oauth/access_token -d grant_type=client_credentials -d client_id=${clientId} -d client_secret=${clientSecret}`,
      '',
    );
  }
  if (ownerLink !== undefined) {
    lines.push('', 'There is no staff yet. The owner signs up here, within a day:', '', `  ${ownerLink}`, '');
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

if (import.meta.main) await serve();
