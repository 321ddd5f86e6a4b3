"""Pictures of walls made by the server: previews of shared links, embeds and badges."""
