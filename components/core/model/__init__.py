"""The encoder: opening and running it, interventions, and its trace."""
