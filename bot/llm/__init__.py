"""A language model behind any address that speaks OpenAI's chat completions: asked for drafts only."""
