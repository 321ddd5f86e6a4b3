"""Who gets which answer where: written by hand, never computed from the code it checks.

Columns: anonymous, stranger (signed in), member, maintainer, owner, moderator (staff; no member).
``ok`` is the line's own success, ``login`` the way to the sign-in page, a number that status.
A moderator acts through the admin; on the site a moderator is a stranger with a name.
"""

from tests.authorisation.grids import Line, PlainLine, grid

#: Everybody who may see the project.
READ = grid("""
    public      ok     ok   ok   ok   ok   ok
    unlisted    ok     ok   ok   ok   ok   ok
    private     404    404  ok   ok   ok   404
    draft       404    404  ok   ok   ok   404
    hidden      404    404  404  404  ok   404
    missing     404    404  404  404  404  404
""")
#: What is for everybody or for nobody, members included.
OPEN_TO_EVERYBODY = grid("""
    public      ok     ok   ok   ok   ok   ok
    unlisted    ok     ok   ok   ok   ok   ok
    private     404    404  404  404  404  404
    draft       404    404  404  404  404  404
    hidden      404    404  404  404  404  404
    missing     404    404  404  404  404  404
""")
#: Seen by the same people, after signing in: whether the project exists is not told before.
READ_SIGNED_IN = grid("""
    public      login  ok   ok   ok   ok   ok
    unlisted    login  ok   ok   ok   ok   ok
    private     login  404  ok   ok   ok   404
    draft       login  404  ok   ok   ok   404
    hidden      login  404  404  404  ok   404
    missing     login  404  404  404  404  404
""")
#: Signed-in people who may see the project take part in it; in a hidden one nobody does.
PARTICIPATE = grid("""
    public      login  ok   ok   ok   ok   ok
    unlisted    login  ok   ok   ok   ok   ok
    private     login  404  ok   ok   ok   404
    draft       login  404  ok   ok   ok   404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
MAINTAIN = grid("""
    public      login  403  403  ok   ok   403
    unlisted    login  403  403  ok   ok   403
    private     login  404  403  ok   ok   404
    draft       login  404  403  ok   ok   404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
OWN = grid("""
    public      login  403  403  403  ok   403
    unlisted    login  403  403  403  ok   403
    private     login  404  403  403  ok   404
    draft       login  404  403  403  ok   404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
#: What only the member may do who made the thing.
BY_ITS_AUTHOR = grid("""
    public      login  403  ok   403  403  403
    unlisted    login  403  ok   403  403  403
    private     login  404  ok   403  403  404
    draft       login  404  ok   403  403  404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
#: An own act can be taken back also by who lost sight of the project.
OWN_ACT = grid("""
    public      login  403  ok   403  403  403
    unlisted    login  403  ok   403  403  403
    private     login  404  ok   403  403  404
    draft       login  404  ok   403  403  404
    hidden      login  404  ok   404  403  404
    missing     login  404  404  404  404  404
""")
#: Whoever is signed out is asked to sign up, and what was filled in is kept.
CONTRIBUTE = grid("""
    public      302    ok   ok   ok   ok   ok
    unlisted    302    ok   ok   ok   ok   ok
    private     404    404  ok   ok   ok   404
    draft       404    404  ok   ok   ok   404
    hidden      404    404  404  404  403  404
    missing     404    404  404  404  404  404
""")
#: Who may end a run: the member who started it, and maintainers.
STEER = grid("""
    public      login  403  ok   ok   ok   403
    unlisted    login  403  ok   ok   ok   403
    private     login  404  ok   ok   ok   404
    draft       login  404  ok   ok   ok   404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
#: Publishing is the owner's, once.
PUBLISH = grid("""
    public      login  403  403  403  409  403
    unlisted    login  403  403  403  409  403
    private     login  404  403  403  409  404
    draft       login  404  403  403  ok   404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
#: What other sites and machines fetch: the same for everybody, so of a private one nobody has it.
SHARED = grid("""
    public      ok     ok   ok   ok   ok   ok
    unlisted    ok     ok   ok   ok   ok   ok
    private     404    404  404  404  404  404
    draft       404    404  404  404  404  404
    hidden      404    404  404  404  404  404
    missing     404    404  404  404  404  404
""")
#: Listing is the owner's; these projects lack what listed ones show, the public one is listed.
LIST = grid("""
    public      login  403  403  403  ok   403
    unlisted    login  403  403  403  409  403
    private     login  404  403  403  409  404
    draft       login  404  403  403  409  404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
#: Into a draft only maintainers put rows, to try it.
CONTRIBUTE_MANY = grid("""
    public      login  ok   ok   ok   ok   ok
    unlisted    login  ok   ok   ok   ok   ok
    private     login  404  ok   ok   ok   404
    draft       login  404  409  ok   ok   404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
#: A file on its way in is seen by the person who sent it, the member, and by nobody else.
OWN_FILE = grid("""
    public      login  404  ok   404  404  404
    unlisted    login  404  ok   404  404  404
    private     login  404  ok   404  404  404
    draft       login  404  ok   404  404  404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
ADD_OWN_FILE = grid("""
    public      login  404  ok   404  404  404
    unlisted    login  404  ok   404  404  404
    private     login  404  ok   404  404  404
    draft       login  404  409  404  404  404
    hidden      login  404  404  404  403  404
    missing     login  404  404  404  404  404
""")
#: The only owner must hand the project on before leaving; others have nothing to leave.
LEAVE = grid("""
    public      login  404  ok   ok   409  404
    unlisted    login  404  ok   ok   409  404
    private     login  404  ok   ok   409  404
    draft       login  404  ok   ok   409  404
    hidden      login  404  404  404  409  404
    missing     login  404  404  404  404  404
""")
#: The secret in the address opens the door to whoever has it, a hidden project's to nobody.
INVITED = grid("""
    public      login  ok   ok   ok   ok   ok
    unlisted    login  ok   ok   ok   ok   ok
    private     login  ok   ok   ok   ok   ok
    draft       login  ok   ok   ok   ok   ok
    hidden      login  404  404  404  404  404
    missing     login  404  404  404  404  404
""")

#: Routes that name a project, or a thing in one.
PROJECT_LINES: dict[str, Line] = {
    "project": Line({"GET": READ}),
    "project_follow": Line({"POST": PARTICIPATE}, ok={"POST": 302}),
    "project_unfollow": Line({"POST": PARTICIPATE}, ok={"POST": 302}),
    "project_settings": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"POST": 422}),
    "project_members": Line({"GET": READ_SIGNED_IN}),
    "project_invite": Line({"POST": MAINTAIN}, body={"role": 10, "uses": 5}),
    "project_invite_revoke": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "project_role": Line({"POST": OWN}, ok={"POST": 302}, body={"role": 20}),
    "project_remove": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "project_leave": Line({"POST": LEAVE}, ok={"POST": 302}),
    "project_join": Line({"GET": INVITED, "POST": INVITED}, ok={"POST": 302}),
    "project_draft": Line({"GET": MAINTAIN}),
    # The fields of a project that has rows stay as they are.
    "project_fields": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"POST": 409}),
    "project_publish": Line({"POST": PUBLISH}, ok={"POST": 302}),
    "data": Line({"GET": READ}),
    "data_csv": Line({"GET": READ}),
    "versions": Line({"GET": READ, "POST": PARTICIPATE}, ok={"POST": 302}),
    "version": Line({"GET": READ}),
    "version_changes": Line({"GET": READ}),
    "snapshot_file": Line({"GET": READ}),
    "version_part": Line({"GET": READ}),
    "latest_file": Line({"GET": READ}, ok={"GET": 302}),
    "latest_part": Line({"GET": READ}, ok={"GET": 302}),
    "live_croissant": Line({"GET": READ}),
    "deletions": Line({"GET": READ}),
    "table_schema": Line({"GET": READ}),
    "schema_versions": Line({"GET": READ}),
    "schema_version_file": Line({"GET": READ}),
    # Nothing is chosen, and nothing was collected.
    "schema_step": Line({"POST": MAINTAIN}, ok={"POST": 400}),
    "schema_settings": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"POST": 400}),
    "schema_preview": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"GET": 302, "POST": 400}),
    "schema_rows": Line({"GET": MAINTAIN}),
    "wall_data": Line({"GET": READ}),
    "row": Line({"GET": READ}),
    "row_photo": Line({"GET": READ}),
    "row_thumbnail": Line({"GET": READ}),
    # Who lost sight of the project corrects nothing in it; somebody else's row is theirs.
    "row_edit": Line({"GET": BY_ITS_AUTHOR, "POST": BY_ITS_AUTHOR}, ok={"POST": 422}),
    "contribute_needs": Line({"GET": READ}),
    # An empty form is like nothing.
    "contribute_like": Line({"POST": READ}),
    "share": Line({"GET": READ}),
    "embed": Line({"GET": SHARED}),
    "badge": Line({"GET": SHARED}),
    "og_image": Line({"GET": SHARED}),
    "wall_image": Line({"GET": SHARED}),
    "project_list": Line({"POST": LIST}, ok={"POST": 302}),
    "look_after": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "check": Line({"GET": READ_SIGNED_IN, "POST": READ_SIGNED_IN}, ok={"POST": 422}),
    "check_undo": Line({"POST": PARTICIPATE}, ok={"POST": 302}),
    "check_go_on": Line({"POST": PARTICIPATE}, ok={"POST": 302}),
    "disputes": Line({"GET": MAINTAIN}),
    "flags": Line({"GET": MAINTAIN}),
    "quality": Line({"GET": READ}),
    "row_judge": Line({"POST": MAINTAIN}, ok={"POST": 302}, body={"act": "accept"}),
    "row_stand": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "row_gold": Line({"POST": MAINTAIN}, ok={"POST": 302}, body={"good": "yes", "why": "So."}),
    "row_gold_remove": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "data_settings": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"POST": 422}),
    # Nothing waits in these projects.
    "accept_waiting": Line({"POST": MAINTAIN}, ok={"POST": 409}),
    "example_add": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "example_remove": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "contribute": Line({"GET": READ, "POST": CONTRIBUTE}, ok={"POST": 422}),
    "imports": Line({"GET": PARTICIPATE, "POST": PARTICIPATE}, ok={"POST": 422}),
    "import": Line({"GET": OWN_FILE}),
    "import_bad": Line({"GET": OWN_FILE}),
    "import_check": Line({"POST": OWN_FILE}, ok={"POST": 422}),
    "import_add": Line({"POST": ADD_OWN_FILE}, ok={"POST": 400}),
    "import_cancel": Line({"POST": OWN_FILE}, ok={"POST": 302}),
    "contribute_many": Line({"GET": PARTICIPATE, "POST": CONTRIBUTE_MANY}, ok={"POST": 400}),
    "contribute_many_add": Line({"POST": PARTICIPATE}, ok={"POST": 400}),
    "contribute_many_bad": Line({"GET": PARTICIPATE}, ok={"GET": 409}),
    # These projects collect whole datapoints: the page leads to them, and takes no label.
    "label": Line({"GET": READ, "POST": CONTRIBUTE}, ok={"GET": 302, "POST": 409}),
    "label_undo": Line({"POST": PARTICIPATE}, ok={"POST": 302}),
    "label_add": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"POST": 422}),
    "label_go_on": Line({"POST": PARTICIPATE}, ok={"POST": 409}),
    "label_look_again": Line({"POST": PARTICIPATE}, ok={"POST": 302}),
    "labels_file": Line({"GET": READ}),
    "label_disputes": Line({"GET": MAINTAIN}),
    "label_decide": Line({"POST": MAINTAIN}, ok={"POST": 409}),
    "label_gold": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"POST": 422}),
    "label_gold_remove": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    "contribution": Line({"GET": OWN_ACT}),
    "contribution_undo": Line({"POST": OWN_ACT}, ok={"POST": 302}),
    "contribution_withdraw": Line({"POST": OWN_ACT}, ok={"POST": 302}),
    "contribution_reject": Line({"POST": MAINTAIN}, ok={"POST": 302}),
    # Nothing was rejected, so there is nothing to restore.
    "contribution_restore": Line({"POST": MAINTAIN}, ok={"POST": 409}),
    "guess": Line({"GET": READ, "POST": READ}),
    "train": Line(
        {"GET": READ, "POST": PARTICIPATE}, ok={"POST": 422}, body={"epochs": "no number"}
    ),
    "models": Line({"GET": READ}),
    "run": Line({"GET": READ}),
    "run_stop": Line({"POST": STEER}, ok={"POST": 302}),
    "run_cancel": Line({"POST": STEER}, ok={"POST": 302}),
    # The run still waits, so that nothing follows from it yet.
    "run_next": Line({"POST": PARTICIPATE}, ok={"POST": 409}),
    "learning": Line({"GET": READ}),
    "champion": Line({"GET": MAINTAIN, "POST": MAINTAIN}, ok={"POST": 302}, body={"act": "off"}),
    # The run waits, and only one that is done can become the standing recipe.
    "run_champion": Line({"POST": MAINTAIN}, ok={"POST": 409}),
    "model": Line({"GET": READ}),
    "model_predict": Line({"POST": READ}, ok={"POST": 422}),
    "model_file": Line({"GET": READ}),
    "model_script": Line({"GET": READ}),
    # Readers of feeds are nobody: a feed shows to members no more than to everybody.
    "project_feed": Line({"GET": OPEN_TO_EVERYBODY}),
    "chat": Line({"GET": READ, "POST": PARTICIPATE}, ok={"POST": 422}),
    "chat_delete": Line({"POST": BY_ITS_AUTHOR}, ok={"POST": 302}),
    "chat_hide": Line({"POST": MAINTAIN}, ok={"POST": 302}),
}

EVERYBODY = "ok ok ok ok ok ok"
SIGNED_IN = "login ok ok ok ok ok"
#: The table waits for the owner; everybody else is sent to the start, as if there were none.
OWNERS_TABLE = "login 302 302 302 ok 302"
#: A signed-in person has no business there and is sent home.
NOBODY_YET = "ok 302 302 302 302 302"
STAFF = "login login login login login ok"

#: Routes that name no project; a name in the address is the member's, carol's.
PLAIN_LINES: dict[str, PlainLine] = {
    "home": PlainLine({"GET": EVERYBODY}),
    "add": PlainLine({"GET": EVERYBODY}, ok={"GET": 302}),
    "about": PlainLine({"GET": EVERYBODY}),
    "developers": PlainLine({"GET": EVERYBODY}),
    "problems": PlainLine({"GET": EVERYBODY}),
    "client": PlainLine({"GET": EVERYBODY}),
    "site_og_image": PlainLine({"GET": EVERYBODY}),
    # The address asked for names no project.
    "oembed": PlainLine({"GET": "404 404 404 404 404 404"}),
    "learn": PlainLine({"GET": EVERYBODY}),
    "lesson": PlainLine({"GET": EVERYBODY}),
    "search": PlainLine({"GET": EVERYBODY}),
    "styleguide": PlainLine({"GET": EVERYBODY, "POST": EVERYBODY}, ok={"POST": 302}),
    "projects_feed": PlainLine({"GET": EVERYBODY}),
    "person_feed": PlainLine({"GET": EVERYBODY}),
    "healthz": PlainLine({"GET": EVERYBODY}),
    # No worker runs beside the tests, so the site says that it is not ready.
    "readyz": PlainLine({"GET": EVERYBODY}, ok={"GET": 503}),
    "projects": PlainLine({"GET": EVERYBODY}),
    "project_new": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}, ok={"POST": 422}),
    # Nothing was sent to read.
    "project_new_table": PlainLine({"POST": SIGNED_IN}, ok={"POST": 422}),
    "project_new_from": PlainLine({"GET": OWNERS_TABLE, "POST": OWNERS_TABLE}),
    "project_new_bad": PlainLine({"GET": OWNERS_TABLE}),
    "profile": PlainLine({"GET": EVERYBODY}),
    # Nobody follows themselves: the name in the address is the member's.
    "person_follow": PlainLine({"POST": "login ok 409 ok ok ok"}, ok={"POST": 302}),
    "person_unfollow": PlainLine({"POST": SIGNED_IN}, ok={"POST": 302}),
    "set_language": PlainLine({"POST": EVERYBODY}, ok={"POST": 302}),
    "settings": PlainLine({"GET": SIGNED_IN}),
    "settings_profile": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}, ok={"POST": 302}),
    "settings_security": PlainLine({"GET": SIGNED_IN}),
    "settings_sessions": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}, ok={"POST": 302}),
    # What ends belongs to one person: to the member, in this world.
    "settings_session_end": PlainLine({"POST": "login 404 ok 404 404 404"}, ok={"POST": 302}),
    "settings_tokens": PlainLine({"GET": SIGNED_IN}),
    "settings_token_new": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}, ok={"POST": 422}),
    "settings_token_revoke": PlainLine({"POST": "login 404 ok 404 404 404"}, ok={"POST": 302}),
    "settings_following": PlainLine({"GET": SIGNED_IN}),
    "settings_data": PlainLine({"GET": SIGNED_IN}),
    "settings_data_file": PlainLine({"GET": SIGNED_IN}),
    "settings_close": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}, ok={"POST": 422}),
    # Outside of the demo there is no such page.
    "outbox": PlainLine({"GET": "404 404 404 404 404 404"}),
    "my_contributions": PlainLine({"GET": SIGNED_IN}),
    "my_contributions_download": PlainLine({"GET": SIGNED_IN}),
    "guesses": PlainLine({"POST": SIGNED_IN}, ok={"POST": 204}),
    "moderation_log": PlainLine({"GET": EVERYBODY}),
    # Outside of the demo no such link opens anything.
    "one_time_sign_in": PlainLine(
        {"GET": "404 404 404 404 404 404", "POST": "404 404 404 404 404 404"}
    ),
    "account_login": PlainLine({"GET": NOBODY_YET, "POST": NOBODY_YET}),
    "account_signup": PlainLine({"GET": NOBODY_YET, "POST": NOBODY_YET}),
    "account_logout": PlainLine({"GET": "302 ok ok ok ok ok", "POST": "302 302 302 302 302 302"}),
    "account_inactive": PlainLine({"GET": EVERYBODY}),
    "account_change_password": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}),
    "account_set_password": PlainLine({"GET": "login 302 302 302 302 302"}),
    "account_email": PlainLine({"GET": SIGNED_IN}),
    "account_email_verification_sent": PlainLine({"GET": EVERYBODY}),
    "account_confirm_email": PlainLine({"GET": EVERYBODY}),
    # No code was asked for.
    "account_confirm_login_code": PlainLine({"GET": "login 302 302 302 302 302"}),
    "account_reset_password_done": PlainLine({"GET": EVERYBODY}),
    "account_reset_password_from_key": PlainLine({"GET": EVERYBODY}),
    "account_reset_password_from_key_done": PlainLine({"GET": EVERYBODY}),
    # Whoever signed in a moment ago need not do it again.
    "account_reauthenticate": PlainLine({"GET": SIGNED_IN}),
    "account_reset_password": PlainLine({"GET": EVERYBODY, "POST": EVERYBODY}),
    # One menu is enough: allauth's own overviews lead to ours.
    "mfa_index": PlainLine({"GET": EVERYBODY}, ok={"GET": 302}),
    "usersessions_list": PlainLine({"GET": EVERYBODY}, ok={"GET": 302}),
    # Nobody has given a password just now.
    "mfa_authenticate": PlainLine({"GET": "login 302 302 302 302 302"}),
    # The people here have a password and no code: they are sent to the page that asks for it.
    "mfa_reauthenticate": PlainLine({"GET": SIGNED_IN}, ok={"GET": 302}),
    "mfa_reauthenticate_webauthn": PlainLine({"GET": SIGNED_IN}, ok={"GET": 302}),
    "mfa_activate_totp": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}),
    # There is nothing to turn off or to show.
    "mfa_deactivate_totp": PlainLine({"GET": "login 404 404 404 404 404"}),
    "mfa_view_recovery_codes": PlainLine({"GET": "login 404 404 404 404 404"}),
    "mfa_download_recovery_codes": PlainLine({"GET": "login 404 404 404 404 404"}),
    "mfa_generate_recovery_codes": PlainLine({"GET": SIGNED_IN}),
    "mfa_list_webauthn": PlainLine({"GET": SIGNED_IN}),
    "mfa_add_webauthn": PlainLine({"GET": SIGNED_IN, "POST": SIGNED_IN}),
    # The key in the address is nobody's.
    "mfa_edit_webauthn": PlainLine({"GET": "login 404 404 404 404 404"}),
    "mfa_remove_webauthn": PlainLine({"GET": "login 404 404 404 404 404"}),
    # Nothing to see for a person: the script asks here, and the sign-in page is the way.
    "mfa_login_webauthn": PlainLine(
        {"GET": "login 302 302 302 302 302", "POST": "login 302 302 302 302 302"}
    ),
    "socialaccount_login_cancelled": PlainLine({"GET": EVERYBODY}),
    "socialaccount_login_error": PlainLine({"GET": EVERYBODY}, ok={"GET": 401}),
    # Nobody comes from another site.
    "socialaccount_signup": PlainLine({"GET": "login login login login login login"}),
    "socialaccount_connections": PlainLine({"GET": SIGNED_IN}),
}

#: Topic → may listen, in the same order of roles and states.
MAY_LISTEN = grid("""
    public      yes    yes  yes  yes  yes  yes
    unlisted    yes    yes  yes  yes  yes  yes
    private     no     no   yes  yes  yes  no
    draft       no     no   yes  yes  yes  no
    hidden      no     no   no   no   yes  no
    missing     no     no   no   no   no   no
""")
TOPIC_LINES = {"project": MAY_LISTEN, "chat": MAY_LISTEN, "run": MAY_LISTEN}
