"""What the use cases need from the outside, in their own words: records and small protocols."""

from parcours.app.ports.accounts import Accounts, ApiKey, Session, User
from parcours.app.ports.channel import Addresses, Channel, Clock, Delivery, Outcome, Outgoing, Renderer, RenderError, Sending
from parcours.app.ports.clicks import Click, Clicks, Visit
from parcours.app.ports.definitions import Definitions, JourneyVersion, Template
from parcours.app.ports.erasure import Erasure
from parcours.app.ports.extracts import Extracts, InboxRow, KeptRow
from parcours.app.ports.files import FileFault, Reading, Row, RowFile, RowFiles
from parcours.app.ports.history import History, Manifest, SegmentFile
from parcours.app.ports.inbox import Arrival, Arrived, Inbox, Placement
from parcours.app.ports.merging import Merging
from parcours.app.ports.messages import END, Claim, Mail, Mailbox, Message, Messages, MessageState, Place, StoredLink
from parcours.app.ports.people import Contact, Identity, People
from parcours.app.ports.runs import Leases, Runs, RunSummary, TraceRow
from parcours.app.ports.store import NotDurable, Store, Tx
from parcours.app.ports.views import FlowCount, StepMessages, Views

__all__ = [
    "END",
    "Accounts",
    "Addresses",
    "ApiKey",
    "Arrival",
    "Arrived",
    "Channel",
    "Claim",
    "Click",
    "Clicks",
    "Clock",
    "Contact",
    "Definitions",
    "Delivery",
    "Erasure",
    "Extracts",
    "FileFault",
    "FlowCount",
    "History",
    "Identity",
    "Inbox",
    "InboxRow",
    "JourneyVersion",
    "KeptRow",
    "Leases",
    "Mail",
    "Mailbox",
    "Manifest",
    "Merging",
    "Message",
    "MessageState",
    "Messages",
    "NotDurable",
    "Outcome",
    "Outgoing",
    "People",
    "Place",
    "Placement",
    "Reading",
    "RenderError",
    "Renderer",
    "Row",
    "RowFile",
    "RowFiles",
    "RunSummary",
    "Runs",
    "SegmentFile",
    "Sending",
    "Session",
    "StepMessages",
    "Store",
    "StoredLink",
    "Template",
    "TraceRow",
    "Tx",
    "User",
    "Views",
    "Visit",
]
