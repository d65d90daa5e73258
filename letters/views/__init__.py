"""Pages: fetch what is visible, ask permission, try the verb, say what happened, redirect."""
