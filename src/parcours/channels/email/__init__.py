"""E-mail: templates (Liquid), MIME, SMTP and the built-in mailbox."""
