export { createRouter } from "./app.ts";
export { type RouterConfig, routerConfig } from "./config.ts";
