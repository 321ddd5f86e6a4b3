"""The first lines of a program, to be copied from the page for developers."""

from datasets.snippets import Snippet

CURL = """export TOKEN=cc_…   # from Settings → Tokens

curl "{site}/api/v1/projects?sort=trending"

curl "{site}/api/v1/projects/digits/rows" \\
  -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(uuidgen)" \\
  -d '{{"rows": [{{"length": 181.0, "species": "Adelie"}}], "agree": true}}'
"""
PYTHON = """# curl -O {site}/developers/crowdcontrolled_client.py
from crowdcontrolled_client import Project

project = Project("digits", site="{site}", token="cc_…")
print(project.schema["table_schema"])
for row in project.rows(limit=5):
    print(row["values"])

project.add([{{"length": 181.0, "species": "Adelie"}}], agree=True)
run = project.train(preset="quick").wait()
print(run["metric"], run["score"])
print(project.predict([{{"length": 181.0}}]))
"""


def beginnings(site: str) -> list[Snippet]:
    """The same in each language, with the address of this site."""
    return [
        Snippet("curl", "curl", CURL.format(site=site)),
        Snippet("python", "Python", PYTHON.format(site=site)),
    ]
