/**
 * Which package may import which: down the layers, never up, never sideways. Tests may import
 * anything by its index; what runs in production may not import what exists for tests.
 */
const layers = [
  ["packages/calendar"],
  ["packages/contracts", "packages/observability"],
  [
    "packages/kafka",
    "packages/db",
    "packages/redis",
    "packages/templates",
    "packages/runtime",
    "packages/outbound",
  ],
  ["packages/catalog", "packages/attachments"],
  ["packages/sender"],
  ["services/[^/]+"],
  ["packages/cli"],
  ["packages/bench", "packages/chaos"],
];

// A `test-*.ts` is what tests of its package share.
const test = "(\\.test|/test-[^/]+)\\.ts$";
const anyOf = (members) => `^(${members.join("|")})/`;

const layerRules = layers.flatMap((members, depth) => {
  const above = layers.slice(depth + 1).flat();
  const names = members.map((member) => member.replace("services/[^/]+", "services"));
  const comment = `${names.join(", ")}: imports point down only`;
  const from = { path: anyOf(members), pathNot: test };
  const up = {
    name: `layer-${depth}-up`,
    severity: "error",
    comment,
    from,
    to: { path: anyOf(above) },
  };
  const sideways = {
    name: `layer-${depth}-sideways`,
    severity: "error",
    comment: `${names.join(", ")}: members of one layer do not import each other`,
    from: { path: `^(${members.join("|")})/`, pathNot: test },
    to: { path: anyOf(members), pathNot: "^$1/" },
  };
  return above.length > 0 ? [up, sideways] : [sideways];
});

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: "no-cycle",
      severity: "error",
      comment: "Files that need each other are one idea, or miss a third; types are free to",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "index-only",
      severity: "error",
      comment:
        "Another package is used by what its index exports; contracts has a second for the documents, sender one for tests",
      from: { path: "^(packages|services)/([^/]+)/" },
      to: {
        path: "^(packages|services)/[^/]+/src/(?!((openapi/)?index|testing)\\.ts$)",
        pathNot: "^$1/$2/",
      },
    },
    {
      name: "testkit-for-tests",
      severity: "error",
      comment: "testkit is for tests",
      from: { path: "^(packages|services)/", pathNot: [test, "^packages/testkit/"] },
      to: { path: "^packages/testkit/" },
    },
    {
      name: "embedded-for-development",
      severity: "error",
      comment: "Embedded servers are for tests and the command line",
      from: {
        path: "^(packages|services)/",
        pathNot: [test, "^packages/(embedded|testkit|cli|chaos)/"],
      },
      to: { path: "^packages/embedded/" },
    },
    {
      name: "embedded-stands-alone",
      severity: "error",
      comment: "Embedded servers know nothing of the platform",
      from: { path: "^packages/embedded/", pathNot: test },
      to: { path: "^(packages/(?!embedded/)|services/)" },
    },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that resolves to nothing would escape every rule above",
      from: { path: "^(packages|services)/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
