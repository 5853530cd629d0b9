import type { ASTNode } from "@marcbachmann/cel-js";

const LOOPS = new Set(["all", "exists", "exists_one", "map", "filter"]);
const MAX_LOOP_DEPTH = 2;

/** What an expression may cost, as far as its shape tells. `loops`: how deep loops over lists are nested. */
export type Cost = { loops: number; problem: { at: number; detail: string } | null };

/** CEL always ends, but nested loops, doubled values and backtracking patterns can make that take for ever. */
export function costOf(node: ASTNode): Cost {
  if (node.op === "rcall") {
    const [name, receiver] = node.args;
    if (name === "matches")
      return refused(node, "`matches` is not available; use startsWith, endsWith, contains or ==");
    if (name === "bind" && receiver.op === "id" && receiver.args === "cel") {
      return refused(node, "`cel.bind` is not available; repeat the expression");
    }
  }
  const parts = childrenOf(node).map(costOf);
  const problem = parts.find((part) => part.problem !== null)?.problem ?? null;
  const deepest = Math.max(0, ...parts.map((part) => part.loops));
  if (node.op !== "rcall" || !LOOPS.has(node.args[0])) return { loops: deepest, problem };
  // A loop's receiver is evaluated once; only its body is repeated.
  const body = Math.max(0, ...node.args[2].map((argument) => costOf(argument).loops));
  const loops = Math.max(deepest, body + 1);
  if (loops > MAX_LOOP_DEPTH) return refused(node, `loops may be nested ${MAX_LOOP_DEPTH} deep`);
  return { loops, problem };
}

function refused(node: ASTNode, detail: string): Cost {
  return { loops: 0, problem: { at: node.pos, detail } };
}

function childrenOf(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (isNode(part)) found.push(part);
  };
  visit(node.args);
  return found;
}

function isNode(part: unknown): part is ASTNode {
  return typeof part === "object" && part !== null && "op" in part && "args" in part;
}

/** Members of the longest list anywhere in `value`. */
export function longestList(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let longest = Array.isArray(value) ? value.length : 0;
  for (const member of Object.values(value)) {
    if (typeof member === "object") longest = Math.max(longest, longestList(member));
  }
  return longest;
}
