

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organization', '0008_authority_deputies_and_positions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, verbose_name='number')),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('subject_label', models.CharField(blank=True, max_length=160, verbose_name='about')),
                ('subject_url', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('running', 'In progress'), ('stuck', 'Stuck'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='running', max_length=10, verbose_name='state')),
                ('why_stuck', models.CharField(blank=True, max_length=300)),
                ('is_trial', models.BooleanField(default=False, verbose_name='trial')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('engine_state', models.TextField()),
                ('marks', models.JSONField(default=dict)),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('hotel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='organization.hotel')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='started_cases', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CaseTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=36)),
                ('step', models.CharField(max_length=120)),
                ('name', models.CharField(max_length=160)),
                ('name_en', models.CharField(blank=True, max_length=160)),
                ('department', models.CharField(choices=[('sales', 'Sales & marketing'), ('front_office', 'Front office'), ('housekeeping', 'Housekeeping'), ('food_beverage', 'Food & beverage'), ('finance', 'Finance'), ('banquet', 'Banquet & conference'), ('security', 'Security'), ('transport', 'Transport'), ('customer_service', 'Customer service'), ('administration', 'Administration & HR'), ('general_affairs', 'General affairs'), ('executive_office', 'Executive office'), ('gm_office', "General manager's office")], max_length=20)),
                ('form', models.CharField(blank=True, max_length=60)),
                ('item', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('open', 'To do'), ('claimed', 'Taken'), ('done', 'Done'), ('left', 'Not needed any more')], default='open', max_length=8, verbose_name='state')),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True, verbose_name='due at')),
                ('escalations', models.JSONField(default=list)),
                ('escalate_at', models.DateTimeField(null=True)),
                ('escalated', models.PositiveSmallIntegerField(default=0)),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('done_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='procedures.case')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hotel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.hotel')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='case_tasks', to=settings.AUTH_USER_MODEL)),
                ('role', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.role')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=20)),
                ('step', models.CharField(blank=True, max_length=120)),
                ('who', models.CharField(max_length=60)),
                ('note', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='procedures.case')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='procedures.casetask')),
            ],
        ),
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_en', models.CharField(blank=True, max_length=120, verbose_name='English title')),
                ('department', models.CharField(choices=[('sales', 'Sales & marketing'), ('front_office', 'Front office'), ('housekeeping', 'Housekeeping'), ('food_beverage', 'Food & beverage'), ('finance', 'Finance'), ('banquet', 'Banquet & conference'), ('security', 'Security'), ('transport', 'Transport'), ('customer_service', 'Customer service'), ('administration', 'Administration & HR'), ('general_affairs', 'General affairs'), ('executive_office', 'Executive office'), ('gm_office', "General manager's office")], max_length=20, verbose_name='owner department')),
                ('purpose', models.TextField(blank=True, verbose_name='aim')),
                ('purpose_en', models.TextField(blank=True, verbose_name='aim in English')),
                ('is_shipped', models.BooleanField(default=False)),
                ('is_retired', models.BooleanField(default=False, verbose_name='retired')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('hotel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='procedures', to='organization.hotel')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='ProcedureVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('source', models.BinaryField()),
                ('tables', models.JSONField(default=list)),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('approved', 'Approved'), ('effective', 'In force'), ('superseded', 'Superseded'), ('withdrawn', 'Withdrawn')], default='draft', max_length=12, verbose_name='state')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what is new')),
                ('made_by', models.CharField(max_length=60)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('approved_by', models.CharField(blank=True, max_length=60)),
                ('approved_at', models.DateTimeField(null=True)),
                ('effective_from', models.DateField(null=True, verbose_name='in force from')),
                ('procedure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='procedures.procedure')),
            ],
            options={
                'ordering': ['procedure', '-number'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='procedures.procedureversion'),
        ),
        migrations.CreateModel(
            name='Wait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=36)),
                ('step', models.CharField(max_length=120)),
                ('due_at', models.DateTimeField(null=True)),
                ('message', models.CharField(blank=True, max_length=80)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waits', to='procedures.case')),
            ],
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['hotel', 'person', 'state', 'due_at'], name='procedures_my_tasks'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['hotel', 'role', 'state', 'due_at'], name='procedures_role_tasks'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['hotel', 'department', 'state', 'due_at'], name='procedures_department_tasks'),
        ),
        migrations.AddIndex(
            model_name='casetask',
            index=models.Index(fields=['escalate_at'], name='procedures_escalations'),
        ),
        migrations.AddConstraint(
            model_name='casetask',
            constraint=models.UniqueConstraint(fields=('case', 'key'), name='procedures_task_once'),
        ),
        migrations.AddIndex(
            model_name='caseevent',
            index=models.Index(fields=['case', 'id'], name='procedures_history'),
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=models.UniqueConstraint(fields=('hotel', 'code'), name='procedures_code_once_a_hotel'),
        ),
        migrations.AddConstraint(
            model_name='procedureversion',
            constraint=models.UniqueConstraint(fields=('procedure', 'number'), name='procedures_version_once'),
        ),
        migrations.AddConstraint(
            model_name='procedureversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'effective')), fields=('procedure',), name='procedures_one_version_in_force'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['hotel', 'state', '-id'], name='procedures_cases'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['subject'], name='procedures_case_subject'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('hotel', 'number'), name='procedures_case_number_once'),
        ),
        migrations.AddIndex(
            model_name='wait',
            index=models.Index(fields=['due_at'], name='procedures_timers'),
        ),
        migrations.AddConstraint(
            model_name='wait',
            constraint=models.UniqueConstraint(fields=('case', 'key'), name='procedures_wait_once'),
        ),
    ]
