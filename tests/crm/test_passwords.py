"""How passwords are kept."""

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.test import Client


def test_a_password_is_kept_as_argon2id(db):
    user = get_user_model().objects.create_user("wang", password="correct-horse-9")
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_one_kept_in_an_older_way_still_opens_and_is_kept_anew(db):
    user = get_user_model().objects.create_user("wang")
    user.password = make_password("correct-horse-9", hasher="pbkdf2_sha256")
    user.save()
    answer = Client().post(
        "/sign-in/", {"username": "wang", "password": "correct-horse-9"}, secure=True
    )
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.password.startswith("argon2$")
    assert user.check_password("correct-horse-9")
