import { Directive, Field, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'A row of the input that was not accepted, and why. Nothing of it was written.',
  simpleResolvers: true,
})
@Directive('@shareable')
export class Rejection {
  @Field(() => Int, { description: 'Position in the input, from 0.' })
  index!: number;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true, description: 'The field at fault, as a path.' })
  path?: string | null;

  @Field(() => Int, { nullable: true, description: 'Line of the file, from 1.' })
  line?: number | null;

  @Field(() => Int, { nullable: true, description: 'Ring, from 1.' })
  ring?: number | null;

  @Field(() => Int, { nullable: true, description: 'Vertex in its ring, from 1.' })
  vertex?: number | null;
}

@ObjectType({ description: 'What an upsert did with each row of its input.', simpleResolvers: true })
@Directive('@shareable')
export class UpsertResult {
  @Field(() => Int)
  created!: number;

  @Field(() => Int)
  updated!: number;

  @Field(() => Int)
  unchanged!: number;

  @Field(() => [Rejection])
  rejected!: Rejection[];
}
