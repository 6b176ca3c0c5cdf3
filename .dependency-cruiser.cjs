const modules = require('./scripts/module-table.cjs');

const modulesFolder = '^server/src/modules/';
const names = Object.keys(modules);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'only-packages-of-the-server',
      comment: 'The server uses only what its own package.json brings.',
      severity: 'error',
      from: { path: '^server/src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'platform-knows-no-business',
      severity: 'error',
      from: { path: '^server/src/platform/', pathNot: '\\.test\\.ts$' },
      to: { path: '^server/', pathNot: '^server/src/platform/' },
    },
    {
      name: 'only-the-platform-reaches-the-database',
      comment:
        'Statements on a store run through StoreDb, which binds the store (design.md §3). Whoever holds a connection of the driver could go past it.',
      severity: 'error',
      from: { path: '^server/src/', pathNot: '\\.test\\.ts$|^server/src/(platform/|storage\\.ts$)' },
      to: { path: '(^|/)node_modules/(pg|pg-[a-z-]+|kysely-[a-z-]+)/' },
    },
    {
      name: 'modules-know-only-platform-and-configuration',
      severity: 'error',
      from: { path: modulesFolder, pathNot: '\\.test\\.ts$' },
      to: { path: '^server/', pathNot: `^server/src/(platform/|config\\.ts$)|${modulesFolder}` },
    },
    {
      name: 'unlisted-module',
      severity: 'error',
      from: {},
      to: { path: modulesFolder, pathNot: `${modulesFolder}(${names.join('|')})/` },
    },
    ...names.map(name => ({
      name: `imports-of-${name}`,
      severity: 'error',
      from: { path: `${modulesFolder}${name}/`, pathNot: '\\.test\\.ts$' },
      to: { path: modulesFolder, pathNot: `${modulesFolder}(${[name, ...modules[name]].join('|')})/` },
    })),
    {
      name: 'private-files',
      comment:
        'SQL and routes are private to their module. The exceptions stand inside the statements of other modules: the condition that a session lives (design.md §5), how values of fields are written, what a search finds (design.md §3), how a change is logged, and how the orders of a customer are counted.',
      severity: 'error',
      from: { path: `${modulesFolder}([^/]+)/`, pathNot: '\\.test\\.ts$' },
      to: {
        path: `${modulesFolder}[^/]+/[^/]+\\.(store|list|read|routes)\\.ts$`,
        pathNot: `${modulesFolder}($1/|sessions/sessions\\.store\\.ts$|flows/values\\.store\\.ts$|search/customer-search\\.|audit/audit-entries\\.store\\.ts$|customers/order-counts\\.store\\.ts$)`,
      },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
