"""Extracts the text of documents: of PDF, of Office, of web pages, of any encoding."""
