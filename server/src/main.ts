import './platform/crypto/threads.ts';
import { ConfigError, parseConfig } from './config.ts';
import { describeFailure } from './failure.ts';
import { createLog, type RunningServer, startServer } from './start.ts';

/** Serves until a signal asks to stop. Reads the environment; the one place that ends the process. */
export async function serve({ build = false } = {}): Promise<void> {
  let server: RunningServer;
  try {
    const config = parseConfig(process.env);
    const log = createLog(config.LOG_LEVEL);
    server = await startServer(config, log, build ? buildDashboard() : undefined);
    announce(server);
    const stop = (signal: string) => {
      log.info(`stopping after ${signal}`);
      server.stop().then(
        () => log.flush(() => process.exit(0)),
        () => process.exit(1),
      );
    };
    // SIGHUP: the terminal was closed.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
  } catch (error) {
    process.stderr.write(`clientele: ${describeFailure(error)}\n`);
    process.exit(error instanceof ConfigError ? error.exitCode : 1);
  }
}

/** Builds the dashboard while the database starts. Without it the API serves all the same. */
async function buildDashboard(): Promise<void> {
  try {
    const { buildStaleDashboard } = await import('./dashboard-build.ts');
    await buildStaleDashboard(text => process.stdout.write(text));
  } catch (error) {
    process.stderr.write(`clientele: ${describeFailure(error)}\n`);
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
