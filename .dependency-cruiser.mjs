// The rooms of web/ and the doors between them. See ARCHITECTURE.md.
const worker = '^web/client/(worker|group|signal|sframe|crypto|storage)/'
const ground = '^web/client/((bytes|wire)/|(problem|api|link|fingerprint)\\.ts$)'
const page = '^web/client/(call|leg|device|security)/|^web/client/(?!problem\\.ts|api\\.ts|link\\.ts|fingerprint\\.ts)[^/]+\\.ts$'
const test = '\\.(test|bench)\\.ts$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one file.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'app-uses-the-door',
      severity: 'error',
      comment: 'The interface sees the client through client/mod.ts alone.',
      from: { path: '^web/app/', pathNot: test },
      to: { path: '^web/client/', pathNot: '^web/client/mod\\.ts$' },
    },
    {
      name: 'client-needs-no-interface',
      severity: 'error',
      comment: 'The client is a library; it knows no interface.',
      from: { path: '^web/client/' },
      to: { path: '^web/app/' },
    },
    {
      name: 'client-uses-no-framework',
      severity: 'error',
      from: { path: '^web/client/' },
      to: { path: 'node_modules/(lit|@lit|lit-html|lit-element)/' },
    },
    {
      name: 'worker-has-no-page',
      severity: 'error',
      comment: 'What holds keys imports nothing from the DOM side.',
      from: { path: `${worker}|${ground}`, pathNot: test },
      to: { path: page },
    },
    {
      name: 'page-has-no-keys',
      severity: 'error',
      comment: 'K: the page speaks to the worker through worker/rpc.ts and never imports what handles keys.',
      from: { path: page, pathNot: `${test}|^web/client/call/worker_link\\.ts$` },
      to: { path: worker, pathNot: '^web/client/worker/rpc\\.ts$' },
    },
    {
      name: 'one-file-starts-the-worker',
      severity: 'error',
      comment: 'worker_link.ts names the address of the worker, which is another program; it imports nothing else of that side.',
      from: { path: '^web/client/call/worker_link\\.ts$' },
      to: { path: worker, pathNot: '^web/client/worker/(rpc|worker)\\.ts$' },
    },
    {
      name: 'ground-rests-on-nothing',
      severity: 'error',
      from: { path: ground, pathNot: test },
      to: { path: '^web/client/', pathNot: ground },
    },
    { name: 'product-has-no-tests', severity: 'error', from: { path: '^web/', pathNot: test }, to: { path: `${test}|^tests/|^scripts/` } },
    {
      name: 'product-runs-without-dev-packages',
      severity: 'error',
      from: { path: '^web/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'product-runs-without-node', severity: 'error', from: { path: '^web/', pathNot: test }, to: { dependencyTypes: ['core'] } },
    { name: 'every-import-exists', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^web/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.page.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'browser', 'default'] },
  },
}
