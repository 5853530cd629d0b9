import { parser } from "@prometheus-io/lezer-promql";

export type Selector = {
  metric: string;
  /** Labels of it the expression matches or groups by. */
  labels: string[];
};

export type Expression = {
  selectors: Selector[];
  /** Labels of the result that aggregations leave; null when nothing is aggregated. */
  groupedBy: string[] | null;
};

type Node = ReturnType<typeof parser.parse>["topNode"];

/** What a PromQL expression asks for; throws when it is none. */
export function readExpression(expr: string): Expression {
  const nodes = nodesOf(parser.parse(expr).topNode);
  const broken = nodes.find(({ type }) => type.isError);
  if (broken !== undefined) throw new Error(`no PromQL at ${broken.from}: ${expr}`);
  const text = ({ from, to }: Node) => expr.slice(from, to);
  const named = (node: Node, name: string) => nodesOf(node).filter((one) => one.name === name);
  const labelsOf = (node: Node | null) => (node === null ? [] : named(node, "LabelName").map(text));
  const groupingOf = (node: Node) => {
    const modifier = node.getChild("AggregateModifier");
    return modifier?.getChild("By") ? labelsOf(modifier) : [];
  };
  const aggregations = nodes.filter(({ name }) => name === "AggregateExpr");
  return {
    selectors: nodes
      .filter(({ name }) => name === "VectorSelector")
      .map((node) => ({
        metric: named(node, "Identifier").map(text).join(),
        labels: [...labelsOf(node), ...aggregationsAround(node).flatMap(groupingOf)],
      })),
    groupedBy: aggregations.length === 0 ? null : aggregations.flatMap(groupingOf),
  };
}

function nodesOf(node: Node): Node[] {
  const found = [node];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    found.push(...nodesOf(child));
  return found;
}

function aggregationsAround(node: Node): Node[] {
  const { parent } = node;
  if (parent === null) return [];
  const further = aggregationsAround(parent);
  return parent.name === "AggregateExpr" ? [parent, ...further] : further;
}
