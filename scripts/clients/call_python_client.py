"""Takes a call with the client of openapi-python-client."""

import os

from firstline_client import AuthenticatedClient
from firstline_client.api.flows import create_flow, diff_flow, publish_flow
from firstline_client.api.l1 import intake, queue, read_session, record_step, resolve, session_events
from firstline_client.models import (
    Flow,
    FlowDiff,
    FlowDocument,
    Intake,
    NewStep,
    Problem,
    Resolve,
    Session,
    TicketStatusFilter,
    WalkBegun,
)

DOCUMENT = {
    "format": "firstline-flow/1",
    "name": "Printer offline",
    "description": "For when nothing comes out.",
    "keywords": ["printer"],
    "root": "power",
    "nodes": [
        {
            "id": "power",
            "kind": "question",
            "prompt": "Is the light on?",
            "answers": [
                {"id": "yes", "label": "Yes", "key": 1, "next": "fixed"},
                {"id": "no", "label": "No", "key": 2, "next": "broken"},
            ],
        },
        {"id": "fixed", "kind": "resolved", "text": "It was off."},
        {"id": "broken", "kind": "escalate", "reason_category": "hardware"},
    ],
}

client = AuthenticatedClient(base_url=os.environ["FIRSTLINE_URL"], token=os.environ["FIRSTLINE_TOKEN"])

document = FlowDocument.from_dict(DOCUMENT)
assert document.to_dict() == DOCUMENT, document.to_dict()
flow = create_flow.sync(client=client, body=document)
assert isinstance(flow, Flow), flow
published = publish_flow.sync(flow.id, client=client)
assert isinstance(published, Flow) and published.latest_version == 1, published

begun = intake.sync(client=client, body=Intake(problem_statement="It hums", flow_id=flow.id))
assert isinstance(begun, WalkBegun), begun
queue_rows = queue.sync(client=client, status_filter=TicketStatusFilter.OPEN)
assert isinstance(queue_rows, list) and queue_rows[0].session_id == begun.session_id, queue_rows
refused = record_step.sync(begun.session_id, client=client, body=NewStep(node_id="power", answer="3"))
assert isinstance(refused, Problem) and refused.code == "answer_unknown", refused
session = record_step.sync(begun.session_id, client=client, body=NewStep(node_id="power", answer="1"))
assert isinstance(session, Session) and session.next_node and session.next_node.id == "fixed", session
end = Resolve(helpful=True, resolution_notes="It was off.")
assert isinstance(resolve.sync(begun.session_id, client=client, body=end), Session)
session = read_session.sync(begun.session_id, client=client)
assert isinstance(session, Session) and session.status == "resolved", session
diff = diff_flow.sync(flow.id, client=client, from_="1", to="draft")
assert isinstance(diff, FlowDiff) and (diff.from_, diff.to) == (1, "draft"), diff
events = session_events.sync(begun.session_id, client=client)
assert isinstance(events, list) and [event.kind for event in events] == ["started", "step_recorded", "resolved"], events
print("openapi-python-client: a call was walked")
