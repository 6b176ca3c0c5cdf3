import { join } from 'node:path';

/** The workspace `dashboard`; its build lies in `dist`. */
export const dashboardFolder = join(import.meta.dirname, '../../../../dashboard');
