"""Bundled stories, all fictional, as HTML pages: one in which the accounts quarrel, one in which they agree."""
