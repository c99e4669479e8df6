import { IsString, Length, Matches } from 'class-validator';

export class ClientRequest {
  @IsString()
  @Matches(/\S/, { message: 'name is not blank' })
  @Length(1, 200)
  name!: string;

  @IsString()
  @Length(1, 60)
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: 'slug is lower-case letters, digits and single dashes' })
  slug!: string;
}
