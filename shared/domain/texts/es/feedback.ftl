# Para quien dice qué piensa del bot.

feedback-how = Me encantaría saber qué piensas. Escríbelo después de la palabra, así: *opinión Me gusta el historial*. El equipo de Flash lo lee; por favor, no pongas códigos ni otros secretos.
feedback-too-long = Eso es más largo de lo que puedo pasar. Por favor, dilo en { $most } caracteres, después de *opinión*.
feedback-kept = ¡Gracias! Se lo he pasado al equipo de Flash. Si necesitas una respuesta, escribe a support@getflash.io.
feedback-good = ¡Gracias, me alegra haber ayudado!
feedback-bad = Gracias por decírmelo. ¿Qué debería ser mejor? Escríbelo después de la palabra *opinión*, y el equipo de Flash lo leerá.
feedback-changed = Gracias, lo cambié.{ $good ->
        [yes] {" "}Me alegra que al final te haya ayudado.
       *[no] {" "}¿Qué debería ser mejor? Escríbelo después de la palabra *opinión*, y el equipo de Flash lo leerá.
    }
feedback-before = Gracias, ya lo había anotado.
