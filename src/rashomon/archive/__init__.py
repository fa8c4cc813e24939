"""The archive: gathers reports, groups them into stories, and answers questions about them."""
