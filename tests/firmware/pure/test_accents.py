from hub.accents import plain, strokes


def test_french_loses_its_accents_and_keeps_its_length():
    french = "Redémarré à où prêt château côté dû reçu °C"
    assert plain(french) == "Redemarre a ou pret chateau cote du recu  C"


def test_a_letter_that_the_fonts_have_not_is_a_question_mark():
    assert plain("Ünïcode 漢") == "?n?code ?"


def test_what_the_fonts_have_stays_and_has_no_strokes():
    letters = "".join([chr(code) for code in range(32, 127)])
    assert plain(letters) == letters
    assert strokes(letters, 24) == []


def test_an_acute_accent_rises_to_the_right_and_a_grave_one_falls_above_its_own_letter():
    for text, rises in (("hé", True), ("hà", False)):
        for place, x0, y0, x1, y1 in strokes(text, 24):
            assert place == 1
            assert y0 > y1 == 0
            assert (x1 > x0) == rises


def test_strokes_stay_between_the_top_of_the_line_and_the_height_of_a_small_letter():
    for size, highest in ((12, 2), (18, 3), (24, 4), (40, 8), (56, 11)):
        for _, _, y0, _, y1 in strokes("éèàùêâôû", size):
            assert 0 <= y1 <= y0 <= highest


def test_a_larger_font_has_thicker_accents():
    assert [len(strokes("é", size)) for size in (9, 12, 18, 24, 40, 56)] == [1, 1, 2, 3, 5, 7]
