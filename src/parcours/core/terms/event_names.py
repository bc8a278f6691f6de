"""Names of the events that Parcours itself writes or understands."""

from typing import Final

CONTACT_IDENTIFIED: Final = "Contact Identified"
PAGE_VIEWED: Final = "Page Viewed"
SCREEN_VIEWED: Final = "Screen Viewed"
TAG_ADDED: Final = "Tag Added"
TAG_REMOVED: Final = "Tag Removed"
CONSENT_GRANTED: Final = "Consent Granted"
CONSENT_WITHDRAWN: Final = "Consent Withdrawn"
SEGMENT_ENTERED: Final = "Segment Entered"
SEGMENT_LEFT: Final = "Segment Left"
STAGE_CHANGED: Final = "Stage Changed"
SCORE_CHANGED: Final = "Score Changed"
ADDRESS_SUPPRESSED: Final = "Address Suppressed"
ADDRESS_RESTORED: Final = "Address Restored"
CONTACT_FROZEN: Final = "Contact Frozen"
CONTACT_UNFROZEN: Final = "Contact Unfrozen"
COMPLAINT_OPENED: Final = "Complaint Opened"
COMPLAINT_CLOSED: Final = "Complaint Closed"

EMAIL_SENT: Final = "Email Sent"
EMAIL_DELIVERED: Final = "Email Delivered"
EMAIL_OPENED: Final = "Email Opened"
EMAIL_CLICKED: Final = "Email Clicked"
EMAIL_REPLIED: Final = "Email Replied"
EMAIL_BOUNCED: Final = "Email Bounced"
EMAIL_COMPLAINED: Final = "Email Complained"
EMAIL_UNSUBSCRIBED: Final = "Email Unsubscribed"
EMAIL_SKIPPED: Final = "Email Skipped"
EMAIL_FAILED: Final = "Email Failed"

BY_PARCOURS: Final = frozenset(
    {
        EMAIL_SENT,
        EMAIL_DELIVERED,
        EMAIL_OPENED,
        EMAIL_CLICKED,
        EMAIL_REPLIED,
        EMAIL_BOUNCED,
        EMAIL_COMPLAINED,
        EMAIL_UNSUBSCRIBED,
        EMAIL_SKIPPED,
        EMAIL_FAILED,
    }
)
"""What only Parcours itself says: what became of its messages."""

EVERY_TOPIC: Final = "*"
"""A consent to this topic covers every marketing topic of the channel."""

TRACKING_TOPIC: Final = "tracking_email"
"""Consent to measured links and images is a topic of its own, off by default, and never covered by a grant of every topic."""
