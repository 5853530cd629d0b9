/** The part of Handlebars' documented syntax tree (docs/compiler-api.md of handlebars 4.7) that templates may use. */
export type Location = { start: { line: number; column: number } };

type Hash = { type: "Hash"; pairs: { type: "HashPair"; key: string; value: Expression }[] };
type Strip = { open: boolean; close: boolean };

export type PathExpression = {
  type: "PathExpression";
  data: boolean;
  depth: number;
  parts: string[];
  original: string;
  loc?: Location | undefined;
};
type Literal =
  | { type: "StringLiteral"; value: string; original: string }
  | { type: "NumberLiteral"; value: number; original: number }
  | { type: "BooleanLiteral"; value: boolean; original: boolean }
  | { type: "UndefinedLiteral" }
  | { type: "NullLiteral" };
export type Call = {
  path: PathExpression | (Literal & { loc?: Location });
  params: Expression[];
  hash: Hash | undefined;
};
export type SubExpression = { type: "SubExpression"; loc?: Location | undefined } & Call;
export type Expression =
  | PathExpression
  | SubExpression
  | (Literal & { loc?: Location | undefined });

export type Program = { type: "Program"; body: Statement[]; blockParams: string[] | undefined };
export type Mustache = {
  type: "MustacheStatement";
  escaped: boolean;
  strip: Strip;
  loc?: Location | undefined;
} & Call;
export type Block = {
  type: "BlockStatement";
  program: Program | undefined;
  inverse: Program | undefined;
  openStrip: Strip;
  inverseStrip: Strip;
  closeStrip: Strip;
  loc?: Location | undefined;
} & Call;
export type Partial = {
  type: "PartialStatement";
  name: PathExpression | SubExpression | (Literal & { loc?: Location });
  params: Expression[];
  hash: Hash | undefined;
  loc?: Location | undefined;
};
type Refused = {
  type: "PartialBlockStatement" | "Decorator" | "DecoratorBlock";
  loc?: Location | undefined;
};
export type Statement =
  | Mustache
  | Block
  | Partial
  | Refused
  | { type: "ContentStatement"; value: string; loc?: Location | undefined }
  | { type: "CommentStatement"; loc?: Location | undefined };

const NO_STRIP: Strip = { open: false, close: false };

export function nameNode(name: string): PathExpression {
  return { type: "PathExpression", data: false, depth: 0, parts: [name], original: name };
}

export function numberNode(value: number): Expression {
  return { type: "NumberLiteral", value, original: value };
}

export function callNode(name: string, params: Expression[], hash?: Hash): SubExpression {
  return { type: "SubExpression", path: nameNode(name), params, hash };
}

export function mustacheNode(name: string, params: Expression[]): Mustache {
  return {
    type: "MustacheStatement",
    path: nameNode(name),
    params,
    hash: undefined,
    escaped: true,
    strip: NO_STRIP,
  };
}

export function blockNode(
  name: string,
  parts: Pick<Block, "params" | "hash" | "program" | "inverse">,
): Block {
  return {
    type: "BlockStatement",
    path: nameNode(name),
    ...parts,
    openStrip: NO_STRIP,
    inverseStrip: NO_STRIP,
    closeStrip: NO_STRIP,
  };
}
