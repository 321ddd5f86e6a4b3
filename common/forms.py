"""How every form on the site is drawn: label with unit, hint, error, in one template."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws ``{{ form.as_div }}`` and ``{{ field.as_field_group }}`` by our own templates.

    A form field may carry a ``unit`` attribute (text such as ``mm``): it stands in the label.
    """

    form_template_name = "components/_form.html"
    field_template_name = "components/_field.html"
