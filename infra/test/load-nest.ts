// Nest is ESM and reads decorator metadata while its modules load: they must be there before a spec's own imports.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
