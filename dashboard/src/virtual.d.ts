declare module 'virtual:schemas' {
  import type { formSchemas } from '../../server/src/contract.ts';

  const schemas: typeof formSchemas;
  export default schemas;
}
declare module '*.css';
