"""What `startproject` writes, as far as a gateway without pages and tables needs it."""

import os

DEBUG = os.environ["FORM"] == "careless"
SECRET_KEY = "nothing here is signed with it"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "suites.selftest.second.django_gateway"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
