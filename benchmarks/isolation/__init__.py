"""How long one organization's post takes while another one has trouble."""
