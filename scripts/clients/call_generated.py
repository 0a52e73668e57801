"""Takes a call with the client of openapi-generator."""

import json
import os

import firstline_generated as firstline

configuration = firstline.Configuration(
    host=os.environ["FIRSTLINE_URL"], access_token=os.environ["FIRSTLINE_TOKEN"]
)
with firstline.ApiClient(configuration) as client:
    l1, flows = firstline.L1Api(client), firstline.FlowsApi(client)
    document = firstline.FlowDocument.from_dict(
        {
            "format": "firstline-flow/1",
            "name": "Monitor dark",
            "description": "For when nothing is seen.",
            "keywords": ["monitor"],
            "root": "press",
            "nodes": [
                {"id": "press", "kind": "instruction", "text": "Press the button.", "done": "Done", "next": "fixed"},
                {"id": "fixed", "kind": "resolved", "text": "It was off."},
            ],
        }
    )
    assert document is not None
    flow = flows.create_flow(document)
    assert flows.publish_flow(flow.id).latest_version == 1
    begun = l1.intake(firstline.Intake(problem_statement="Dark", flow_id=flow.id))
    rows = l1.queue(status_filter=firstline.TicketStatusFilter.open)
    assert [row.session_id for row in rows] == [begun.session_id], rows
    try:
        l1.record_step(begun.session_id, firstline.NewStep(node_id="fixed", answer="1"))
        raise AssertionError("a step at another node was taken")
    except firstline.ApiException as refusal:
        assert refusal.status == 400 and "step_not_current" in str(refusal.body), refusal
    session = l1.record_step(begun.session_id, firstline.NewStep(node_id="press", answer="1"))
    assert session.next_node and session.next_node.id == "fixed", session
    l1.resolve(begun.session_id, firstline.Resolve(helpful=True, resolution_notes="It was off."))
    assert l1.read_session(begun.session_id).status == "resolved"
    diff = flows.diff_flow(flow.id, var_from="1", to="draft")
    assert (diff.var_from.actual_instance, diff.to.actual_instance) == (1, "draft"), diff
    kinds = [json.loads(event.to_json())["kind"] for event in l1.session_events(begun.session_id)]
    assert kinds == ["started", "step_recorded", "resolved"], kinds
print("openapi-generator: a call was walked")
