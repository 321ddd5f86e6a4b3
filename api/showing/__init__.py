"""From the site's objects to what the API answers; no rules, and no writing."""
