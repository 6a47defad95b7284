import { ok } from "node:assert/strict";
import fc from "fast-check";
import {
  answered,
  damagedRequests,
  type Document,
  fittingRequests,
  lookupIn,
} from "./document_requests.ts";
import { deskWith } from "./recording_desk.ts";

const { app } = deskWith();
const document = await (await app.request("/openapi.json")).json() as Document;
const at = lookupIn(document);
const ask = (path: string, init: RequestInit) => app.request(path, init);

for (const [path, methods] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(methods)) {
    const name = `${method.toUpperCase()} ${path}`;
    Deno.test(`${name} takes every input that is documented`, async () => {
      const sent = fittingRequests(path, method, operation, at);
      await fc.assert(
        fc.asyncProperty(sent, async (request) => {
          const status = await answered(request, operation, ask);
          // What fits may still name nobody that is known.
          const unknown = status === 400 && path.startsWith("/v1/host") ||
            status === 400 && path === "/v1/ping";
          const is = [200, 201, 202, 404, 409].includes(status) || unknown;
          ok(is, `${request.path} ${request.init.body}: ${status}`);
        }),
        { numRuns: 25 },
      );
    });
    const { parameters = [], requestBody } = operation;
    if (parameters.length === 0 && !requestBody) continue;
    Deno.test(`${name} gives only documented answers to anything else`, async () => {
      const sent = damagedRequests(path, method, operation, at);
      await fc.assert(
        fc.asyncProperty(sent, async (request) => {
          // A path that was changed is another operation's.
          const { pathname } = new URL(request.path, "http://a");
          if (pathname.split("/").length !== path.split("/").length) return;
          await answered(request, operation, ask);
        }),
        { numRuns: 60 },
      );
    });
  }
}
