# In which language the bot answers.

language-now = I answer you in English. For Spanish, send *español*.
language-chosen = All right, I'll answer you in English from now on. To change that, send *language*.
language-which = I speak English and Spanish. Send *english* or *español*.
