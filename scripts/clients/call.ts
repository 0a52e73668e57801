// Takes a call with the types of openapi-typescript and openapi-fetch.
import { strict as assert } from "node:assert";
import createClient from "openapi-fetch";
import type { components, paths } from "./firstline.js";

const client = createClient<paths>({
  baseUrl: process.env.FIRSTLINE_URL!,
  headers: { authorization: `Bearer ${process.env.FIRSTLINE_TOKEN}` },
});

const document: components["schemas"]["FlowDocument"] = {
  format: "firstline-flow/1",
  name: "Mouse dead",
  description: "For when the pointer does not move.",
  keywords: ["mouse"],
  root: "light",
  nodes: [
    {
      id: "light",
      kind: "question",
      prompt: "Is its light on?",
      answers: [
        { id: "yes", label: "Yes", key: 1, next: "broken" },
        { id: "no", label: "No", key: 2, next: "fixed" },
      ],
    },
    { id: "fixed", kind: "resolved", text: "New batteries." },
    { id: "broken", kind: "escalate", reason_category: "hardware" },
  ],
};
const flow = await client.POST("/api/v1/flows", { body: document });
assert(flow.data, JSON.stringify(flow.error));
const of_flow = { path: { flow_id: flow.data.id } };
assert.equal((await client.POST("/api/v1/flows/{flow_id}/publish", { params: of_flow })).data?.latest_version, 1);

const begun = await client.POST("/api/v1/l1/intake", {
  body: { problem_statement: "It does not move", flow_id: flow.data.id },
});
assert(begun.data, JSON.stringify(begun.error));
const query = { status_filter: "open" } as const;
const queue = await client.GET("/api/v1/l1/queue", { params: { query } });
assert.deepEqual(queue.data?.map((row) => row.session_id), [begun.data.session_id]);
const params = { path: { session_id: begun.data.session_id } };
const step = "/api/v1/l1/sessions/{session_id}/step";
const refused = await client.POST(step, { params, body: { node_id: "light", answer: "3" } });
assert.equal(refused.error?.code, "answer_unknown");
const walked = await client.POST(step, { params, body: { node_id: "light", answer: "no" } });
assert.equal(walked.data?.next_node?.id, "fixed");
const body = { helpful: true, resolution_notes: "New batteries." };
assert.equal((await client.POST("/api/v1/l1/sessions/{session_id}/resolve", { params, body })).data?.status, "resolved");
const diff = await client.GET("/api/v1/flows/{flow_id}/diff", {
  params: { ...of_flow, query: { from: "1", to: "draft" } },
});
assert.equal(diff.data?.to, "draft");
const events = await client.GET("/api/v1/l1/sessions/{session_id}/events", { params });
assert.deepEqual(events.data?.map((event) => event.kind), ["started", "step_recorded", "resolved"]);
console.log("openapi-typescript: a call was walked");
