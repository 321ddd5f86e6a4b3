"""Photos and pictures that people give: made harmless, kept, served and removed."""
