# Vincular una cuenta de Flash, y lo que requiere un vínculo.

link-first = Primero vincula tu cuenta de Flash: envía *link* y te muestro cómo.
