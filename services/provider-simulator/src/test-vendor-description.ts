import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/**
 * A vendor's own OpenAPI, where it lies beside the checkout; it is not ours to publish. Where it is absent, `described`
 * is false and `name` tells how to get it.
 */
export function vendorDescription(o: { what: string; file: string; source: string }) {
  const url = new URL(`../../../../shared/provider-specs/${o.file}`, import.meta.url);
  const name = `the vendor's description of ${o.what}`;
  if (!existsSync(url)) {
    const how = `put ${o.source} at ../shared/provider-specs/${o.file}`;
    return { described: false, name: `${name} (skipped: ${how})`, schemaAt: missing };
  }
  const description = read(readFileSync(url, "utf8"), o.file);
  const schemaAt = (pointer: string, more: object = {}): ValidateFunction => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "vendor", ...description });
    return ajv.compile({ $ref: `vendor#${pointer}`, ...more });
  };
  return { described: true, name, schemaAt };
}

function read(text: string, file: string): object {
  return (file.endsWith(".json") ? JSON.parse(text) : parse(text)) as object;
}

function missing(_pointer: string, _more?: object): never {
  throw new Error("the vendor's description is not there");
}
