import type { Operation } from "../operation.ts";

const text = "text/plain";
const html = "text/html";

export const platformOperations: Operation[] = [
  {
    id: "confirmUnsubscribe",
    method: "get",
    path: "/v1/unsubscribe/{token}",
    tag: "Unsubscribe",
    summary: "The page behind the link in a mail",
    description: "Shows a button; never unsubscribes by itself, since mail scanners follow links.",
    scope: "none",
    answers: { 200: { description: "A page with a button", mediaType: html } },
    errors: ["not_found"],
  },
  {
    id: "unsubscribe",
    method: "post",
    path: "/v1/unsubscribe/{token}",
    tag: "Unsubscribe",
    summary: "One-click unsubscribe (RFC 8058)",
    description: "Refuses emails of the category the mail belonged to. The body is not read.",
    scope: "none",
    answers: { 200: { description: "Unsubscribed", mediaType: html } },
    errors: ["not_found"],
  },
  {
    id: "live",
    method: "get",
    path: "/livez",
    tag: "Platform",
    summary: "The process answers",
    scope: "none",
    answers: { 200: { description: "Alive", mediaType: text } },
  },
  {
    id: "ready",
    method: "get",
    path: "/readyz",
    tag: "Platform",
    summary: "What it depends on answers",
    description: "`?verbose` lists the checks as `application/health+json`.",
    scope: "none",
    answers: {
      200: { description: "Ready", mediaType: text },
      503: { description: "A dependency is away, or the process is stopping", mediaType: text },
    },
  },
  {
    id: "metrics",
    method: "get",
    path: "/metrics",
    tag: "Platform",
    summary: "Prometheus metrics",
    scope: "none",
    answers: { 200: { description: "Metrics", mediaType: text } },
  },
  {
    id: "openapi",
    method: "get",
    path: "/openapi.json",
    tag: "Platform",
    summary: "This document",
    scope: "none",
    answers: { 200: { description: "OpenAPI 3.1", mediaType: "application/json" } },
  },
  {
    id: "docs",
    method: "get",
    path: "/docs",
    tag: "Platform",
    summary: "This document as pages",
    scope: "none",
    answers: { 200: { description: "A page", mediaType: html } },
  },
];
