import type pg from 'pg';
import { runNamed } from './named-query.ts';
import { patientSilenceMs } from './pool.ts';

/** How long a statement is expected to take: see `Statement`. */
export interface Duration {
  readonly isBrief: boolean;
  readonly isPatient: boolean;
}

/** Sends a statement, under a name where it has one, and gives its rows. */
export type Send = (
  text: string,
  values: unknown[],
  name: string | undefined,
  duration: Duration,
) => Promise<readonly unknown[]>;

/** Sends statements on a connection. */
export const sendOn =
  (client: pg.ClientBase): Send =>
  async (text, values, name, { isPatient }) => {
    if (name !== undefined) return runNamed(client, { name, text, values });
    // Its own limit is missing in the types of the driver.
    const limit = isPatient ? { query_timeout: patientSilenceMs } : {};
    return (await client.query({ text, values, ...limit })).rows;
  };

/** The transaction of a connection. Whatever begins it, or a part of it, is sent along with the first statement after it. */
export class Transaction {
  readonly #client: pg.ClientBase;
  readonly #sendAlone: Send;
  /** What has not been sent yet. */
  #begun: string[] = [];

  constructor(client: pg.ClientBase) {
    this.#client = client;
    this.#sendAlone = sendOn(client);
  }

  readonly send: Send = async (text, values, name, duration) => {
    const before = this.#begun;
    this.#begun = [];
    if (name !== undefined && before.length > 0) {
      const commands = before.map(command => ({ name: command, text: command, values: [] }));
      return runNamed(this.#client, { name, text, values }, commands);
    }
    for (const command of before) await this.#client.query(command);
    return this.#sendAlone(text, values, name, duration);
  };

  /** Begins the transaction, or a part of it, with the next statement. */
  begin(command: string): void {
    this.#begun.push(command);
  }

  /** Ends what was begun last; nothing is to be done when there was no statement. */
  async end(command: string): Promise<void> {
    if (this.#begun.pop() === undefined) await this.#client.query(command);
  }
}
