/** A backup cannot be made or used; the message is for the operator. */
export class BackupError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'BackupError';
  }
}

export const damaged = (how: string, cause?: unknown): BackupError =>
  new BackupError(`The backup is damaged or cut off (${how}); nothing was changed`, cause);

export const notABackup = (cause?: unknown): BackupError =>
  new BackupError('This is not a backup that this version of Clientele can read; nothing was changed', cause);
